# SPDX-License-Identifier: MIT
"""Detours on the way to a server, through the router."""

import time

from peers import Relay

DELAY = 0.05  # seconds: more than any program here thinks about an answer


class FarAway(Relay):
    """What the server says takes a while to arrive, so whoever waits for an
    answer before asking on shows it."""

    def back(self, server, client):
        data = server.recv(65536)
        time.sleep(DELAY)
        if data:
            client.sendall(data)
        return data


class Trap(Relay):
    """Does something to the server when the client's request of this number is
    there, and before the server has it."""

    def __init__(self, address, target, number, spring):
        self.left = number
        self.spring = spring
        super().__init__(address, target, self.count)

    @property
    def sprung(self):
        return self.left <= 0

    def count(self, _):
        self.left -= 1
        if self.left == 0:
            self.spring()
