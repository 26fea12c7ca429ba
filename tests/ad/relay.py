# SPDX-License-Identifier: MIT
"""A far-away server: what it says takes a while to arrive, so whoever waits for
an answer before asking on shows it."""

import time

from peers import Relay

DELAY = 0.05  # seconds: more than any program here thinks about an answer


class FarAway(Relay):
    def back(self, server, client):
        data = server.recv(65536)
        time.sleep(DELAY)
        if data:
            client.sendall(data)
        return data
