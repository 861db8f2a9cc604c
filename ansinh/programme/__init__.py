"""The plan: tasks, products, targets, the cockpit."""
