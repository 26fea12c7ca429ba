# SPDX-License-Identifier: MIT
"""Where this Python looks for packages below a prefix.

    where.py /usr/local
"""

import sys
import sysconfig

prefix = sys.argv[1].rstrip('/')
own = [path for path in sys.path if path.startswith(f'{prefix}/') and
       path.endswith(('/dist-packages', '/site-packages'))]
print(own[-1] if own else sysconfig.get_path(
    'purelib', 'posix_prefix', {'base': prefix}))
