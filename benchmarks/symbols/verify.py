#!/usr/bin/env python3
"""Compares a symbol map, function by function, with the answers of gdb and eu-addr2line, and the selections that use it.

verify.py VMLINUX [RECORDING...]      with kernel-magnifier in artifacts/, and gdb, nm and eu-addr2line (apt: gdb binutils elfutils)

Every function symbol of the image is compared, not a sample. For each RECORDING (function tracer text), the edges below net/ and kernel/sched/
are computed from the answers of gdb alone and compared with the selection of the tool. It takes a few minutes, most of them in gdb.
"""
import collections, csv, io, os, subprocess, sys, tempfile

TOOL = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../artifacts/kernel-magnifier')
GDB = '''
import gdb
for line in open(FOLDER + '/addresses'):
    pc = int(line, 16); block = gdb.block_for_pc(pc); function = None
    while block is not None and not block.is_global and not block.is_static:
        if block.function is not None: function = block.function
        block = block.superblock
    row = gdb.find_pc_line(pc)
    # The declaration of the function; without one (assembler sources), the line table.
    print(*((function.symtab.filename, function.line) if function else (row.symtab.filename if row.symtab else '', row.line)), sep='\\t', file=OUT)
OUT.close()
'''

def run(*words):
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout

def same(theirs, ours):
    return theirs == ours or theirs.endswith('/' + ours)

def edges(recording, *options):
    found = collections.Counter()
    for row in csv.DictReader(io.StringIO(run(TOOL, 'edges', recording, '--csv', *options))): found[row['caller'], row['callee']] += int(row['count'])
    return found

def main(image, *recordings):
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        symbols = [(int(a, 16), name) for a, kind, name in (l.split() for l in run('nm', image).splitlines() if len(l.split()) == 3) if kind in 'tTwW']
        with open(folder + '/addresses', 'w') as file: file.writelines(f'{a:x}\n' for a, _ in symbols)
        with open(folder + '/ask.py', 'w') as file: file.write(f'FOLDER = {folder!r}; OUT = open(FOLDER + "/gdb", "w")\n' + GDB)
        run('gdb', '-q', '-batch', '-x', folder + '/ask.py', image)
        gdb = [tuple(l.rstrip('\n').split('\t')) for l in open(folder + '/gdb')]
        lines = subprocess.run(['eu-addr2line', '-e', image], stdin=open(folder + '/addresses'), capture_output=True, text=True, check=True).stdout.splitlines()
        made = folder + '/map'
        run(TOOL, 'generate-symbol-map', '--no-cache', '-k', image, '-o', made)
        ours = {}
        for line in open(made):
            if line[0] != '#' and len(row := line.rstrip('\n').split('|')) > 4 and row[4] not in ('', 'inlined'): ours[int(row[4], 16), row[0]] = row[1], row[2]
        # nm also lists labels between functions. Only symbols that both the map and gdb resolve are compared.
        asked = [(key, theirs, line) for key, theirs, line in zip(symbols, gdb, lines) if key in ours and theirs[0]]
        differ = [(key[1], theirs, ours[key]) for key, theirs, _ in asked if not (same(os.path.normpath(theirs[0]), ours[key][0]) and theirs[1] in (ours[key][1], '0'))]
        # For code that begins with an inlined function, as .cold parts often do, the line table has the file of that function.
        other = [(key[1], line, ours[key]) for key, _, line in asked if not same(os.path.normpath(line.split(':')[0]), ours[key][0])]
        print(f'{len(symbols)} symbols, {len(asked)} compared; gdb names another file or line for {len(differ)}; eu-addr2line another file for {len(other)}')
        for name, theirs, mine in (differ + other)[:10]: print(f'  {name}: {theirs}, here {mine}')
        failed += len(differ)
        place = collections.defaultdict(set)
        for (_, name), (file, _) in zip(symbols, gdb): place[name].add(os.path.normpath(file) if file else '')
        for recording in recordings:
            every = edges(recording)
            for path in 'net/', 'kernel/sched/':
                # Paths may be below the directory of the build.
                inside = lambda name: any(p.startswith(path) or '/' + path in p for p in place.get(name, ()))
                for strict, hit in ((), any), (('--strict',), all):
                    wanted = {e: n for e, n in every.items() if hit((inside(e[0]), inside(e[1])))}
                    got = edges(recording, '--source-path', path, '--symbol-map', made, *strict) if wanted else {}
                    print(f'{os.path.basename(recording)} {path} {"strict" if strict else ""}: {len(got)} of {len(every)} edges, {sum(got.values())} calls, ' + ('as gdb' if got == wanted else f'gdb {len(wanted)}'))
                    failed += got != wanted
    return failed > 0

if len(sys.argv) < 2: sys.exit(__doc__)
sys.exit(main(*sys.argv[1:]))
