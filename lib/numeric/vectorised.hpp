#pragma once

/// Marks a function whose loops are worth wide vectors: GCC compiles it, with all that it calls,
/// for several levels of x86-64, and the loader picks the best that the processor has. Nothing is
/// contracted to fused operations and no sum is reordered, so every level gives the same bits.
/// Sanitizers cannot start before such a choice and go without.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__)
#define MEMPLAST_VECTORISED \
  __attribute__((flatten, target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define MEMPLAST_VECTORISED
#endif

/// In a loop's body: keeps the compiler from making vectors of its iterations.
#define MEMPLAST_ONE_BY_ONE __asm__("")
