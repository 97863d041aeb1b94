"""What the large study of `large_study.py` is made of and measured with."""
