"""C++ for products of matrices: blocks of rows and columns in vector registers."""

PRODUCT = """
#ifdef __AVX512F__
constexpr int64_t LANES = 16;
#else
constexpr int64_t LANES = 8;
#endif
constexpr int64_t PANEL = 2 * LANES, NEVER = (int64_t)1 << 40;

// R rows and V vectors of W columns of c = a b, with the steps `from` to `to` of the sums. One vector is copied at a time:
// arrays of them stay in registers then.
template <int R, int V, int W>
static void tile(int64_t from, int64_t to, const float *a, int64_t a0, int64_t a1, const float *b, int64_t b0, float *c,
                 int64_t c0) {
    typedef float Vector __attribute__((vector_size(4 * W)));
    Vector sum[R][V] = {};
    for (int64_t k = from; k < to; k++) {
        Vector right[V];
#pragma GCC unroll 16
        for (int v = 0; v < V; v++) {
            Vector one;
            std::memcpy(&one, b + k * b0 + v * W, sizeof one);
            right[v] = one;
        }
#pragma GCC unroll 16
        for (int r = 0; r < R; r++) {
            const float left = a[r * a0 + k * a1];
#pragma GCC unroll 16
            for (int v = 0; v < V; v++) sum[r][v] += left * right[v];
        }
    }
#pragma GCC unroll 16
    for (int r = 0; r < R; r++)
#pragma GCC unroll 16
        for (int v = 0; v < V; v++) {
            const Vector one = sum[r][v];
            std::memcpy(c + r * c0 + v * W, &one, sizeof one);
        }
}

struct Sides {
    int64_t m, k;
    const float *a;
    int64_t a0, a1, b0, c0;
    // In row i only steps before first + i + left + 1 count, in column j only those from j - right.
    int64_t first, left, right;
};

template <int V, int W>
static void strip(const Sides &s, int64_t j, const float *b, float *c) {
    const int64_t from = j > s.right ? j - s.right : 0;
    auto to = [&](int64_t i) { return s.first + i + s.left + 1 < s.k ? s.first + i + s.left + 1 : s.k; };
    int64_t i = 0;
    if constexpr (V <= 2) {
        for (; i + 8 <= s.m; i += 8)
            tile<8, V, W>(from, to(i + 7), s.a + i * s.a0, s.a0, s.a1, b + j, s.b0, c + i * s.c0 + j, s.c0);
        for (; i + 4 <= s.m; i += 4)
            tile<4, V, W>(from, to(i + 3), s.a + i * s.a0, s.a0, s.a1, b + j, s.b0, c + i * s.c0 + j, s.c0);
    }
    for (; i < s.m; i++) tile<1, V, W>(from, to(i), s.a + i * s.a0, s.a0, s.a1, b + j, s.b0, c + i * s.c0 + j, s.c0);
}

static void product(const Sides &s, int64_t n, const float *b, float *c) {
    int64_t j = 0;
    if (s.m == 1)
        for (; j + 8 * LANES <= n; j += 8 * LANES) strip<8, LANES>(s, j, b, c);
    for (; j + PANEL <= n; j += PANEL) strip<2, LANES>(s, j, b, c);
    if (j + 16 <= n) strip<2, 8>(s, j, b, c), j += 16;
    if (j + 8 <= n) strip<1, 8>(s, j, b, c), j += 8;
    if (j + 4 <= n) strip<1, 4>(s, j, b, c), j += 4;
    for (; j < n; j++)
        for (int64_t i = 0; i < s.m; i++) {
            float sum = 0.0f;
            const int64_t from = j > s.right ? j - s.right : 0, last = s.first + i + s.left + 1;
            for (int64_t k = from; k < s.k && k < last; k++) sum += s.a[i * s.a0 + k * s.a1] * b[k * s.b0 + j];
            c[i * s.c0 + j] = sum;
        }
}
"""
PANELS = """
// A matrix in panels of columns, each as it is walked through; the last one is filled up with zeros. Sixteen rows at a
// time, so that columns that lie one after the other in memory are read by whole lines of the cache.
static void pack(int64_t k, int64_t n, const float *b, int64_t b0, int64_t b1, float *p) {
    for (int64_t j = 0; j < n; j += PANEL, p += PANEL * k)
        for (int64_t from = 0; from < k; from += 16)
            for (int64_t l = 0; l < PANEL; l++)
                for (int64_t i = from; i < from + 16 && i < k; i++)
                    p[i * PANEL + l] = j + l < n ? b[i * b0 + (j + l) * b1] : 0.0f;
}

static void product_of_panels(Sides s, int64_t n, const float *p, float *c) {
    const int64_t right = s.right;
    s.b0 = PANEL;
    for (int64_t j = 0; j < n; j += PANEL) {
        s.right = right - j;
        product(s, n - j < PANEL ? n - j : PANEL, p + j * s.k, c + j);
    }
}
"""
CHECKED = """
// An index from the end where it is negative; one that is nowhere is told.
static inline int64_t checked(int64_t index, int64_t size, int &bad) {
    const int64_t at = index < 0 ? index + size : index;
    if (at >= 0 && at < size) return at;
    bad = 1;
    return 0;
}
"""
