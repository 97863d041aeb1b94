"""What `chart_speed.py` charts."""
