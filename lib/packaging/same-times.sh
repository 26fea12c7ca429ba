#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Run by "meson dist": every file of the archive gets the time of its commit and
# plain modes, so that the archive has the same bytes whenever it is made.
set -eu

time=$(git -C "$MESON_SOURCE_ROOT" log -1 --format=%ct)
chmod -R u=rwX,go=rX "$MESON_DIST_ROOT"
find "$MESON_DIST_ROOT" -depth -exec touch -h -d "@$time" {} +
