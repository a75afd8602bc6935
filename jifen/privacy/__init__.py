"""What a person may know about his own data, how long anything is kept, and how it goes."""
