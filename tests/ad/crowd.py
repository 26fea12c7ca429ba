#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Thousands of users in the database of a domain controller that does not run.

    crowd.py HOME

Samba makes one user for each database and place; the others are copies of those,
written to the partition itself, where its indexes are kept but nobody thinks
about each one for some milliseconds.
"""

import pathlib
import sys
import uuid

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'lab')]

import ldb                                          # noqa: E402
from samba.param import LoadParm                    # noqa: E402
from samba.sd_utils import SDUtils                  # noqa: E402

import provision                                    # noqa: E402
from tree import CLOSED_TO, CREW, PLACES            # noqa: E402

FIRST = 100000  # relative identifier of a copy; Samba's own are lower


def databases(database):
    config = f'CN=Configuration,{database.db.domain_dn()}'
    found = database.db.search(config, ldb.SCOPE_SUBTREE,
                               '(objectClass=msExchPrivateMDB)', attrs=['1.1'])
    return sorted(str(each.dn) for each in found)


def make_models(database):
    """Their DNs. What lies in the last place, one account may not see."""
    suffix, models = database.db.domain_dn(), []
    for place in PLACES:
        database.add(f'OU={place},{suffix}',
                     {'objectClass': 'organizationalUnit'})
        for number, home in enumerate(databases(database)):
            models.append(f'CN={place} {number},OU={place},{suffix}')
            database.add(models[-1], {
                'objectClass': 'user', 'homeMDB': home,
                'sAMAccountName': f'{place}{number}'})
    account, = database.db.search(suffix, ldb.SCOPE_SUBTREE,
                                  f'(sAMAccountName={CLOSED_TO})',
                                  attrs=['objectSid'])
    sid = database.db.schema_format_value('objectSid', account['objectSid'][0])
    SDUtils(database.db).dacl_add_ace(f'OU={PLACES[-1]},{suffix}',
                                      f'(D;;LC;;;{sid.decode()})')
    return models


def copy(raw, model, number):
    place = str(model.dn.parent().get_rdn_value())
    name = f'{place} {number}'
    own = {'cn': name.encode(), 'name': name.encode(),
           'sAMAccountName': f'{place}{number}'.encode(),
           'objectGUID': uuid.uuid4().bytes_le,
           'objectSid': bytes(model['objectSid'][0])[:-4]
           + (FIRST + number).to_bytes(4, 'little')}
    made = ldb.Message(ldb.Dn(raw, f'CN={name},{model.dn.parent()}'))
    for key in model.keys():
        if key not in ('dn', 'distinguishedName'):
            values = [own[key]] if key in own else [*map(bytes, model[key])]
            made[key] = ldb.MessageElement(values, 0, key)
    raw.add(made)


def fill(home):
    lp = LoadParm()
    lp.load(str(home / 's' / 'etc' / 'smb.conf'))
    database = provision.Database(lp)
    partition = f'{database.db.domain_dn().upper()}.ldb'
    dns = make_models(database)
    del database
    raw = ldb.Ldb(str(home / 's' / 'private' / 'sam.ldb.d' / partition),
                  flags=ldb.FLG_DONT_CREATE_DB,
                  options=['batch_mode:1', 'transaction_index_cache_size:100000'])
    models = [raw.search(dn, ldb.SCOPE_BASE)[0] for dn in dns]
    raw.transaction_start()
    for number in range(len(models), CREW):
        copy(raw, models[number % len(models)], number)
    raw.transaction_commit()


if __name__ == '__main__':
    fill(pathlib.Path(sys.argv[1]))
