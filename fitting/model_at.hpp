#pragma once
#include "../lib/base/params.hpp"

namespace memplast {

/// The model whose parameters, in the order of its table, are p[0], p[1] ... (numbers or jets).
template <template <class> class M, class T>
M<T> model_at(const T* p) {
  M<T> m;
  int i = 0;
  for_each_param<M<T>>([&](const auto& param) { m.*param.member = p[i++]; });
  return m;
}

}  // namespace memplast
