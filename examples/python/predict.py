#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Which server does this user's Outlook meet first?

    predict.py forest.ldif ann@corp.example HQ
    predict.py ldap://dc1.corp.example ann@corp.example HQ
"""

import datetime
import sys

import adscp


def predict(source: str, mail: str, site: str) -> adscp.Prediction:
    reader = (adscp.Reader(uri=source, mails=mail) if '://' in source
              else adscp.Reader(source, mails=mail))
    predictor = adscp.Predictor(
        reader.read(), site=site, mail=mail,
        time=datetime.datetime.now(datetime.timezone.utc))
    return predictor.predict()


def main() -> None:
    if len(sys.argv) != 4:
        sys.exit('usage: predict.py FILE|URI MAIL SITE')
    try:
        answer = predict(*sys.argv[1:])
    except adscp.Error as error:
        sys.exit(f'predict.py: {error}')
    for hop in answer.hops:
        print(f'{hop.server.name if hop.server else hop.host}: {hop.why}')
    for finding in answer.findings:
        print(f'{finding.severity} {finding.code}: {finding.text}')


if __name__ == '__main__':
    main()
