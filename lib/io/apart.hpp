#pragma once
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "../base/error.hpp"

namespace memplast {

/// Takes values to a process of the same program, and from it, through a socket, as the processor
/// holds them: numbers, texts, vectors and pairs of them, and records with
///
///   auto fields(auto& record) { return std::tie(record.name, record.values); }
///
/// found by argument-dependent lookup. Owns the socket.
class Link {
 public:
  /// The other process is gone, or talks nonsense.
  struct Broken {};

  Link() = default;
  ~Link() { close(); }
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  void open(int socket);
  void close();

  template <class... T>
  void send(const T&... values) {
    (put(values), ...);
    flush();
  }
  template <class T>
  T receive() {
    T value{};
    get(value);
    return value;
  }

 private:
  void write(const void* from, std::size_t n);
  void read(void* to, std::size_t n);
  void flush();
  void write_all(const char* from, std::size_t n);
  std::size_t receive_length(std::size_t size_of_one);

  template <class T>
  void put(const T& value) {
    if constexpr (std::is_trivially_copyable_v<T>)
      write(&value, sizeof value);
    else
      std::apply([&](const auto&... field) { (put(field), ...); }, fields(value));
  }
  template <class A, class B>
  void put(const std::pair<A, B>& value) {
    put(value.first);
    put(value.second);
  }
  void put(const std::string& text) {
    put(text.size());
    write(text.data(), text.size());
  }
  template <class T>
  void put(const std::vector<T>& values) {
    put(values.size());
    if constexpr (std::is_trivially_copyable_v<T>)
      write(values.data(), values.size() * sizeof(T));
    else
      for (const T& value : values) put(value);
  }

  template <class T>
  void get(T& value) {
    if constexpr (std::is_trivially_copyable_v<T>)
      read(&value, sizeof value);
    else
      std::apply([&](auto&... field) { (get(field), ...); }, fields(value));
  }
  template <class A, class B>
  void get(std::pair<A, B>& value) {
    get(value.first);
    get(value.second);
  }
  void get(std::string& text) {
    text.resize(receive_length(1));
    read(text.data(), text.size());
  }
  template <class T>
  void get(std::vector<T>& values) {
    const std::size_t n = receive_length(sizeof(T));
    if constexpr (std::is_trivially_copyable_v<T>) {
      values.resize(n);
      read(values.data(), n * sizeof(T));
    } else {
      for (std::size_t i = 0; i < n; ++i) get(values.emplace_back());
    }
  }

  int socket_ = -1;
  std::string sent_;  // not yet written
};

template <class C>
requires std::is_same_v<std::remove_const_t<C>, Complaint>
auto fields(C& c) { return std::tie(c.where, c.expected, c.got, c.mend); }

/// A fork of this process, at the other end of a link. It prints nothing, has limits on memory and
/// time, and ends with its owner.
class Fork {
 public:
  static inline int most_s = 6;  ///< of a processor, from one renew_time() to the next
  static constexpr std::uint64_t most_bytes = 4'000'000'000;  ///< beyond what it starts with

  Fork();
  ~Fork();
  Fork(const Fork&) = delete;
  Fork& operator=(const Fork&) = delete;

  bool is_child() const { return pid_ == 0; }
  Link& link() { return link_; }
  /// For the owner: ends it, whatever it does.
  void end();
  /// For the child.
  static void renew_time();
  [[noreturn]] static void leave();

 private:
  Link link_;
  pid_t pid_ = -1;
};

/// An object in a process of its own: whatever it does to memory there, or if it never returns,
/// ends here as an InputError. For libraries that damaged input can break.
///
///   const Apart<File> file(complaint, path);               // File(path)
///   const auto values = file.call<&File::doubles>(name);   // file.doubles(name)
///
/// Throws the InputErrors that Object throws, and `if_it_dies` if it crashes, takes too long or too
/// much memory, or throws anything else. For one thread at a time.
template <class Object>
class Apart {
 public:
  template <class... A>
  explicit Apart(Complaint if_it_dies, const A&... arguments) : if_it_dies_(std::move(if_it_dies)) {
    if (fork_.is_child()) serve(arguments...);
    result<bool>();
  }

  template <auto method, class... A>
  auto call(const A&... arguments) const {
    using Result = std::invoke_result_t<decltype(method), const Object&, const A&...>;
    return result<Result>(Answer{&answer<method, A...>}, arguments...);
  }

 private:
  // A fork has our code at the same addresses, so a function's address says what to do.
  using Answer = void (*)(Link&, const Object&);
  enum class Outcome { done, refused };

  template <class... A>
  [[noreturn]] void serve(const A&... arguments) {
    try {
      Fork::renew_time();
      std::optional<Object> object;
      attempt(fork_.link(), [&] { return object.emplace(arguments...), true; });
      for (;;) {
        const auto answer = fork_.link().template receive<Answer>();
        Fork::renew_time();
        answer(fork_.link(), object.value());
      }
    } catch (...) {  // what its owner then sees is that the link is broken
      Fork::leave();
    }
  }
  template <auto method, class... A>
  static void answer(Link& link, const Object& object) {
    const std::tuple<A...> arguments{link.receive<A>()...};
    attempt(link, [&] {
      return std::apply([&](const A&... a) { return (object.*method)(a...); }, arguments);
    });
  }
  template <class Work>
  static void attempt(Link& link, Work&& work) {
    try {
      const auto value = work();
      link.send(Outcome::done, value);
    } catch (const InputError& error) {
      link.send(Outcome::refused, error.complaint);
    }
  }

  /// What comes back after `request` has gone out.
  template <class Result, class... Request>
  Result result(const Request&... request) const {
    std::optional<Complaint> complaint;
    try {
      fork_.link().send(request...);
      if (fork_.link().template receive<Outcome>() == Outcome::done)
        return fork_.link().template receive<Result>();
      complaint = fork_.link().template receive<Complaint>();
    } catch (const Link::Broken&) {
      fork_.end();
      complaint = if_it_dies_;
    }
    throw InputError(*complaint);
  }

  Complaint if_it_dies_;
  mutable Fork fork_;
};

}  // namespace memplast
