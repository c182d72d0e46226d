#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

typedef float Lanes __attribute__((vector_size(32)));

// Sides of 8: a row is one register. Row i of f p is a sum of rows of p, and column i of (f p) fᵀ a sum of columns of f p,
// so the second product is made of the transposes: row k of fᵀ times element k of row i.
static void eights(const float *f, const float *p, const float *noise, float *out, int64_t batch) {
    for (int64_t at = 0; at < batch * 64; at += 64) {
        float turned[64];
        for (int64_t i = 0; i < 8; i++)
            for (int64_t k = 0; k < 8; k++) turned[k * 8 + i] = f[at + i * 8 + k];
        Lanes right[8], columns[8];
        std::memcpy(right, p + at, sizeof right);
        std::memcpy(columns, turned, sizeof columns);
        for (int64_t i = 0; i < 8; i++) {
            Lanes row = {}, sum;
            std::memcpy(&sum, noise + i * 8, sizeof sum);
            for (int64_t k = 0; k < 8; k++) row += f[at + i * 8 + k] * right[k];
            for (int64_t k = 0; k < 8; k++) sum += row[k] * columns[k];
            std::memcpy(out + at + i * 8, &sum, sizeof sum);
        }
    }
}

extern "C" void propagate(const float *f, const float *p, const float *noise, float *out, int64_t batch,
                          int64_t side) {
    if (side == 8) return eights(f, p, noise, out, batch);
    std::vector<float> row((size_t)side);
    for (int64_t at = 0; at < batch * side * side; at += side * side) {
        for (int64_t i = 0; i < side; i++) {
            const float *here = f + at + i * side;
            for (int64_t j = 0; j < side; j++) row[j] = 0.0f;
            for (int64_t k = 0; k < side; k++)
                for (int64_t j = 0; j < side; j++) row[j] += here[k] * p[at + k * side + j];
            for (int64_t j = 0; j < side; j++) {
                float sum = noise[i * side + j];
                for (int64_t k = 0; k < side; k++) sum += row[k] * f[at + j * side + k];
                out[at + i * side + j] = sum;
            }
        }
    }
}
