"""Office for Health Improvement and Disparities."""
