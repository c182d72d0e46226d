#include <cstddef>
#include <cstdint>
#include <vector>

constexpr int64_t height = 6, width = 32;

// Row i of the result needs rows 0..i of b, and column j of it only rows j..i: for a tile of 6 x 32 that is k from its
// left edge to its bottom edge, a sixth of the work of a full product over all tiles. Each tile is summed in registers.
extern "C" void triangular(const float *a, const float *b, float *out, int64_t n) {
    std::vector<float> columns((size_t)n * width), rows((size_t)n * height);
    for (int64_t i = 0; i < n * n; i++) out[i] = 0.0f;
    for (int64_t left = 0; left < n; left += width) {
        const int64_t wide = left + width < n ? width : n - left;
        // A strip of b's lower triangle, 32 columns wide, filled with zeros at the edges.
        for (int64_t k = left; k < n; k++)
            for (int64_t j = 0; j < width; j++)
                columns[k * width + j] = j < wide && left + j <= k ? b[k * n + left + j] : 0.0f;
        for (int64_t top = left / height * height; top < n; top += height) {
            const int64_t high = top + height < n ? height : n - top, bottom = top + high;
            for (int64_t i = 0; i < height; i++)
                for (int64_t k = left; k < bottom; k++)
                    rows[k * height + i] = i < high && k <= top + i ? a[(top + i) * n + k] : 0.0f;
            float tile[height][width] = {};
            for (int64_t k = left; k < bottom; k++)
                for (int64_t i = 0; i < height; i++)
                    for (int64_t j = 0; j < width; j++) tile[i][j] += rows[k * height + i] * columns[k * width + j];
            for (int64_t i = 0; i < high; i++)
                for (int64_t j = 0; j < wide; j++) out[(top + i) * n + left + j] = tile[i][j];
        }
    }
}
