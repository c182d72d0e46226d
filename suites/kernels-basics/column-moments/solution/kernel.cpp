#include <cmath>
#include <cstdint>

constexpr int64_t width = 128;

// Takes 128 columns at a time, so that their sums stay in registers and the first cache. Values are taken relative to
// the column's first element: the sum of squares then loses nothing where the mean is far from zero.
extern "C" void moments(const float *__restrict x, float *__restrict mean, float *__restrict variance, int64_t rows,
                        int64_t columns) {
    for (int64_t left = 0; left < columns; left += width) {
        const int64_t count = left + width < columns ? width : columns - left;
        double total[width] = {}, squared[width] = {};
        float first[width];
        for (int64_t i = 0; i < count; i++) first[i] = std::isfinite(x[left + i]) ? x[left + i] : 0.0f;
        for (int64_t top = 0; top < rows; top += 64) {
            const int64_t bottom = top + 64 < rows ? top + 64 : rows;
            float sum[width] = {}, squares[width] = {};
            for (int64_t row = top; row < bottom; row++) {
                const float *here = x + row * columns + left;
                for (int64_t i = 0; i < count; i++) {
                    const float d = here[i] - first[i];
                    sum[i] += d;
                    squares[i] += d * d;
                }
            }
            for (int64_t i = 0; i < count; i++) {
                total[i] += sum[i];
                squared[i] += squares[i];
            }
        }
        for (int64_t i = 0; i < count; i++) {
            const double shifted = total[i] / (double)rows;
            mean[left + i] = (float)(first[i] + shifted);
            variance[left + i] = (float)(squared[i] / (double)rows - shifted * shifted);
        }
    }
}
