"""Tests of the kernel; every fault test ships with a broken twin that must fail."""
