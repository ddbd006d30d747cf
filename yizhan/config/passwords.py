"""Password hashing."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class OwaspArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2id with OWASP's parameters: 19 MiB, two passes, one lane.

    Django's own (100 MiB, 8 lanes) costs up to two seconds a login on two busy cores, which is an
    invitation to knock the service over (assurance.md §7).
    """

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
