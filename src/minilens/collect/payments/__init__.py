"""Notifications of payment systems become the events that servers send."""
