#!/bin/sh
# SPDX-License-Identifier: MIT
#
# One object out of an archive, its hidden names made local, as an archive again.
#
#     archive.sh libadscp-internal.a libadscp.a
set -eu

object=$2.o
${LD:-ld} -r -o "$object" --whole-archive "$1"
${OBJCOPY:-objcopy} --localize-hidden "$object"
rm -f "$2"
${AR:-ar} rcs "$2" "$object"
rm -f "$object"
