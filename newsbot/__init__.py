"""newsbot turns news sites into a clean, trustworthy feed."""

__version__ = "0.1.0"
