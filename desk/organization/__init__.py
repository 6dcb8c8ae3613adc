"""What the organization has said of itself: its file, its forms, and what they become."""
