"""What runs inside the functions' processes; forestage itself imports nothing of it."""
