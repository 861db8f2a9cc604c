"""Systems in service, their health, incidents, security monitoring; today: the queues of the worker."""
