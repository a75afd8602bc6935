"""What all claims share: who decides, and that nobody decides his own matter."""
