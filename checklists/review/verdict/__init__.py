"""What a review comes to, and what follows."""
