#include <cstdint>

// Eight rows at a time, since the sums of one row wait for each other.
template <int64_t Rows>
static void strip(const float *__restrict x, const uint8_t *__restrict flags, float *__restrict out, int64_t columns) {
    float sum[Rows] = {};
    for (int64_t i = 0; i < columns; i++)
        for (int64_t row = 0; row < Rows; row++) {
            const int64_t at = row * columns + i;
            sum[row] = (flags[at] ? 0.0f : sum[row]) + x[at];
            out[at] = sum[row];
        }
}

extern "C" void scan(const float *__restrict x, const uint8_t *__restrict flags, float *__restrict out, int64_t rows,
                     int64_t columns) {
    int64_t row = 0;
    for (; row + 8 <= rows; row += 8) strip<8>(x + row * columns, flags + row * columns, out + row * columns, columns);
    for (; row < rows; row++) strip<1>(x + row * columns, flags + row * columns, out + row * columns, columns);
}
