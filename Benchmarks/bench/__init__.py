"""Measures MediConnect, and the floors under it, on this machine."""
