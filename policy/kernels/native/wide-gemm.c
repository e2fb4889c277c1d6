// The product of assembly/gemm.ts by vectors of 256 or 512 bits, as an addon for Node on x86-64.
// It works on the WebAssembly memory of the kernels. Each element is summed in the same order as there, with
// fused multiply-adds, so that both give the same bits.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// What is used of Node-API, whose binary interface is fixed: no headers of Node are needed.
typedef struct napi_env__ *napi_env;
typedef struct napi_value__ *napi_value;
typedef struct napi_info__ *napi_info;
typedef napi_value (*napi_function)(napi_env, napi_info);
int napi_get_cb_info(napi_env, napi_info, size_t *, napi_value *, napi_value *, void **);
int napi_get_arraybuffer_info(napi_env, napi_value, void **, size_t *);
int napi_get_value_uint32(napi_env, napi_value, uint32_t *);
int napi_create_function(napi_env, const char *, size_t, napi_function, void *, napi_value *);
int napi_create_string_utf8(napi_env, const char *, size_t, napi_value *);
int napi_set_named_property(napi_env, napi_value, const char *, napi_value);
int napi_throw_range_error(napi_env, const char *, const char *);

typedef float Floats8 __attribute__((vector_size(32), aligned(4), may_alias));
typedef float Floats16 __attribute__((vector_size(64), aligned(4), may_alias));

enum { ACCUMULATE = 1, BIAS = 2, PANEL = 16, MOST_ROWS = 8, MOST_COLUMNS = 32 };

/** c [m, n] = start + A · panels; row i of A begins at a + (i >> 2)·group + (i & 3)·row. Strides in bytes. */
typedef struct {
  const char *a, *panels, *bias;
  char *c;
  int64_t group, row, step, ldc, m, n, k;
  uint32_t start;
} Product;

/** A tile of ROWS rows by WIDTH vectors: from row i, from the panel at `panel`, the next vector `apart` bytes on. */
#define DEFINE_TILE(NAME, TARGET, Vector, ROWS, WIDTH)                                                \
  TARGET static void NAME(const Product *p, int64_t i, int64_t numRows, const char *panel,            \
                          int64_t apart, const char *bias, char *c, int64_t ldc) {                    \
    Vector sums[ROWS][WIDTH];                                                                         \
    const char *a[ROWS];                                                                              \
    for (int r = 0; r < ROWS; r++) {                                                                  \
      int64_t at = i + (r < numRows ? r : 0);                                                         \
      a[r] = p->a + (at >> 2) * p->group + (at & 3) * p->row;                                         \
      for (int w = 0; w < WIDTH; w++) {                                                               \
        size_t column = w * sizeof(Vector);                                                           \
        if (p->start == ACCUMULATE) sums[r][w] = *(const Vector *)(c + r * ldc + column);             \
        else if (p->start == BIAS) sums[r][w] = *(const Vector *)(bias + column);                     \
        else sums[r][w] = (Vector){0};                                                                \
      }                                                                                               \
    }                                                                                                 \
    for (int64_t k = 0; k < p->k; k++) {                                                              \
      Vector b[WIDTH];                                                                                \
      for (int w = 0; w < WIDTH; w++) b[w] = *(const Vector *)(panel + w * apart);                    \
      panel += 4 * PANEL;                                                                             \
      for (int r = 0; r < ROWS; r++) {                                                                \
        float x = *(const float *)a[r];                                                               \
        a[r] += p->step;                                                                              \
        for (int w = 0; w < WIDTH; w++) sums[r][w] += x * b[w];                                       \
      }                                                                                               \
    }                                                                                                 \
    for (int r = 0; r < ROWS; r++)                                                                    \
      for (int w = 0; w < WIDTH; w++) *(Vector *)(c + r * ldc + w * sizeof(Vector)) = sums[r][w];     \
  }

#define AVX512 __attribute__((target("avx512f,fma")))
#define AVX2 __attribute__((target("avx2,fma")))
DEFINE_TILE(tile512, AVX512, Floats16, 8, 2)
DEFINE_TILE(narrowTile512, AVX512, Floats16, 8, 1)
DEFINE_TILE(tile256, AVX2, Floats8, 4, 2)

typedef void (*Tile)(const Product *, int64_t, int64_t, const char *, int64_t, const char *, char *,
                     int64_t);

/** One tile of at most `rows` by `columns`; what lies beyond the edge of C is worked out aside. */
static void placeTile(const Product *p, Tile tile, int64_t rows, int64_t columns, int64_t apart,
                      int64_t i, int64_t j) {
  int64_t height = p->m - i < rows ? p->m - i : rows;
  int64_t width = p->n - j < columns ? p->n - j : columns;
  const char *panel = p->panels + 4 * j * p->k;
  const char *bias = p->start == BIAS ? p->bias + 4 * j : NULL;
  char *corner = p->c + i * p->ldc + 4 * j;
  if (height == rows && width == columns) {
    tile(p, i, height, panel, apart, bias, corner, p->ldc);
    return;
  }
  char aside[4 * MOST_ROWS * MOST_COLUMNS] = {0};
  char edge[4 * MOST_COLUMNS] = {0};
  int64_t line = 4 * columns;
  if (bias) memcpy(edge, bias, 4 * width);
  for (int64_t r = 0; p->start == ACCUMULATE && r < height; r++)
    memcpy(aside + r * line, corner + r * p->ldc, 4 * width);
  tile(p, i, height, panel, apart, edge, aside, line);
  for (int64_t r = 0; r < height; r++) memcpy(corner + r * p->ldc, aside + r * line, 4 * width);
}

static void run512(const Product *p) {
  int64_t apart = 4 * PANEL * p->k;
  for (int64_t j = 0; j < p->n; j += 2 * PANEL) {
    bool isNarrow = p->n - j <= PANEL;
    Tile tile = isNarrow ? narrowTile512 : tile512;
    for (int64_t i = 0; i < p->m; i += 8)
      placeTile(p, tile, 8, isNarrow ? PANEL : 2 * PANEL, apart, i, j);
  }
}

static void run256(const Product *p) {
  for (int64_t j = 0; j < p->n; j += PANEL)
    for (int64_t i = 0; i < p->m; i += 4) placeTile(p, tile256, 4, PANEL, 32, i, j);
}

/** Bytes from the beginning of the memory to the end of what is read or written. */
static int64_t endOf(const Product *p, const char *memory) {
  int64_t last = p->m - 1;
  int64_t ends[] = {
      p->a - memory + (last >> 2) * p->group + (last & 3) * p->row + (p->k - 1) * p->step + 4,
      p->panels - memory + 4 * ((p->n + PANEL - 1) & -PANEL) * p->k,
      p->c - memory + last * p->ldc + 4 * p->n,
      p->start == BIAS ? p->bias - memory + 4 * p->n : 0,
  };
  int64_t end = 0;
  for (int i = 0; i < 4; i++) end = ends[i] > end ? ends[i] : end;
  return end;
}

/** (memory, a, group, row, step, panels, c, ldc, m, n, k, start, bias): offsets and strides in bytes. */
static napi_value wideGemm(napi_env env, napi_info info) {
  napi_value arguments[13];
  size_t count = 13;
  uint32_t v[13] = {0};
  void *run = NULL, *memory = NULL;
  size_t size = 0;
  napi_get_cb_info(env, info, &count, arguments, NULL, &run);
  napi_get_arraybuffer_info(env, arguments[0], &memory, &size);
  for (int i = 1; i < 13; i++) napi_get_value_uint32(env, arguments[i], &v[i]);
  char *base = memory;
  Product p = {
      .a = base + v[1], .group = v[2], .row = v[3], .step = v[4],
      .panels = base + v[5], .c = base + v[6], .ldc = v[7],
      .m = v[8], .n = v[9], .k = v[10], .start = v[11], .bias = base + v[12],
  };
  if (endOf(&p, base) > (int64_t)size) napi_throw_range_error(env, NULL, "beyond the memory");
  else ((void (*)(const Product *))run)(&p);
  return NULL;
}

/** Exports `instructions` and `wideGemm`, or nothing on a processor without wide vectors; AVX2 when it is asked for. */
napi_value napi_register_module_v1(napi_env env, napi_value exports) {
  __builtin_cpu_init();
  const char *asked = getenv("SIM2ARM_NATIVE");
  bool has512 = __builtin_cpu_supports("avx512f") && !(asked && strcmp(asked, "avx2") == 0);
  bool has256 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (!has512 && !has256) return exports;
  const char *instructions = has512 ? "avx512" : "avx2";
  void *run = has512 ? (void *)run512 : (void *)run256;
  napi_value name, function;
  napi_create_string_utf8(env, instructions, (size_t)-1, &name);
  napi_create_function(env, "wideGemm", (size_t)-1, wideGemm, run, &function);
  napi_set_named_property(env, exports, "instructions", name);
  napi_set_named_property(env, exports, "wideGemm", function);
  return exports;
}
