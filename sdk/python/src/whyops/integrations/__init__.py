"""Hooks of agent frameworks. Each module needs its framework; none is imported by ``whyops``."""
