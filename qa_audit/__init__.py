"""Audit the quality of customer-service chats: masks in, columns out."""

__version__ = "0.1.0"
