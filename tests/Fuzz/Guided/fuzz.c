// Connects libFuzzer with the engine: registers the counters of the engine, and passes each input to it.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int km_fuzz_start(const char *target, uint8_t **counters, int *count);
int km_fuzz_one(const uint8_t *data, size_t size);
void km_fuzz_end(void);

// The interface of sanitizer_common that code instrumented by clang calls.
void __sanitizer_cov_8bit_counters_init(uint8_t *start, uint8_t *stop);
void __sanitizer_cov_pcs_init(const uintptr_t *start, const uintptr_t *stop);

static uint8_t *counters, *hit;
static int count;
static const char *hits;

static void at_end(void)
{
    km_fuzz_end();
    FILE *file = hits ? fopen(hits, "wb") : NULL;
    if (!file) return;
    fwrite(hit, 1, count, file);
    fclose(file);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *target = getenv("KM_FUZZ_TARGET");
    int error = km_fuzz_start(target ? target : "", &counters, &count);
    if (error) exit(error == 2 ? 0 : error);
    // Managed blocks have no addresses, so their numbers are used.
    uintptr_t *pcs = calloc(count, 2 * sizeof *pcs);
    for (int i = 0; i < count; i++) pcs[2 * i] = i + 1;
    __sanitizer_cov_8bit_counters_init(counters, counters + count);
    __sanitizer_cov_pcs_init(pcs, pcs + 2 * count);
    hits = getenv("KM_FUZZ_HITS");
    hit = calloc(count, 1);
    atexit(at_end);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (km_fuzz_one(data, size)) abort();
    if (hits)
        for (int i = 0; i < count; i++) hit[i] |= counters[i];
    return 0;
}
