"""Evidence photos: received, cleaned, kept; knows neither reports nor people."""
