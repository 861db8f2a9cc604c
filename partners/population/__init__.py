"""A stand-in for the national population database: answers, over HTTP, whether what somebody declared agrees."""

from partners.population.server import Access, Service, serve

__all__ = ["Access", "Service", "serve"]
