/*
 * The peer of the benchmark: a C program on libdw that reads the content of a symbol map, which is the name, file, line and code of each
 * function at the top of each unit.
 * gcc -O2 -o libdw-walk libdw-walk.c -ldw    (Debian: libdw-dev)
 * libdw-walk VMLINUX [print]
 */
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <stdio.h>

int main(int count, char **arguments)
{
    if (count < 2) return 2;
    int file = open(arguments[1], O_RDONLY);
    Dwarf *dwarf = dwarf_begin(file, DWARF_C_READ);
    if (!dwarf) {
        fprintf(stderr, "%s\n", dwarf_errmsg(-1));
        return 1;
    }
    Dwarf_Off offset = 0, next;
    size_t header;
    unsigned units = 0, functions = 0;
    unsigned long sum = 0;
    for (; dwarf_nextcu(dwarf, offset, &next, &header, 0, 0, 0) == 0; offset = next) {
        Dwarf_Die unit, die;
        if (!dwarf_offdie(dwarf, offset + header, &unit)) continue;
        units++;
        if (dwarf_child(&unit, &die) != 0) continue;
        do {
            Dwarf_Addr base, low, high;
            if (dwarf_tag(&die) != DW_TAG_subprogram || dwarf_ranges(&die, 0, &base, &low, &high) <= 0) continue;
            const char *name = dwarf_diename(&die), *source = dwarf_decl_file(&die);
            int line = 0;
            dwarf_decl_line(&die, &line);
            functions++;
            sum += low + line + (name ? name[0] : 0) + (source ? source[0] : 0);
            if (count > 2) printf("%lx %s %s:%d\n", (unsigned long)low, name ? name : "?", source ? source : "?", line);
        } while (dwarf_siblingof(&die, &die) == 0);
    }
    fprintf(stderr, "%u units, %u functions with code, sum %lx\n", units, functions, sum);
    return 0;
}
