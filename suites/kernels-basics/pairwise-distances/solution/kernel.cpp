#include <cmath>
#include <cstdint>
#include <vector>

// With b transposed, neighbours in a row of the result are neighbours in memory.
extern "C" void distances(const float *a, const float *b, float *__restrict out, int64_t n, int64_t m,
                          int64_t dimensions) {
    std::vector<float> turned((size_t)(m * dimensions));
    for (int64_t j = 0; j < m; j++)
        for (int64_t k = 0; k < dimensions; k++) turned[k * m + j] = b[j * dimensions + k];
    const float *columns = turned.data();
    for (int64_t i = 0; i < n; i++) {
        float *row = out + i * m;
        for (int64_t j = 0; j < m; j++) row[j] = 0.0f;
        for (int64_t k = 0; k < dimensions; k++) {
            const float at = a[i * dimensions + k];
            for (int64_t j = 0; j < m; j++) {
                const float d = at - columns[k * m + j];
                row[j] += d * d;
            }
        }
        for (int64_t j = 0; j < m; j++) row[j] = std::sqrt(row[j]);
    }
}
