"""Posts and staffing, training, commendation."""
