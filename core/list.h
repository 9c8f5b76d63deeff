// SPDX-License-Identifier: MIT
#pragma once

namespace green::core {

/// Base of an object in a list. It is neither copied nor moved, because its
/// neighbours point at it.
struct list_hook {
  struct set_later {};

  constexpr list_hook() noexcept : prev_(nullptr), next_(nullptr) {}
  /// For an owner that calls set_unlinked before all else.
  explicit list_hook(set_later) noexcept {}
  list_hook(const list_hook&) = delete;
  list_hook& operator=(const list_hook&) = delete;

  void set_unlinked() noexcept { prev_ = next_ = nullptr; }
  bool linked() const noexcept { return prev_ != nullptr; }

  /// Leaves the list it is in.
  void unlink() noexcept {
    prev_->next_ = next_;
    next_->prev_ = prev_;
    set_unlinked();
  }

  list_hook* prev_;
  list_hook* next_;
};

/// An intrusive doubly linked list. It allocates nothing, and removal is O(1).
template <class T>
class list {
 public:
  constexpr list() noexcept { head_.prev_ = head_.next_ = &head_; }
  list(const list&) = delete;
  list& operator=(const list&) = delete;

  bool empty() const noexcept { return head_.next_ == &head_; }
  T& front() noexcept { return static_cast<T&>(*head_.next_); }

  void push_back(T& item) noexcept {
    list_hook& hook = item;
    hook.prev_ = head_.prev_;
    hook.next_ = &head_;
    head_.prev_->next_ = &hook;
    head_.prev_ = &hook;
  }

  /// The first item, taken out; null when the list is empty.
  T* pop_front() noexcept {
    if (empty()) return nullptr;
    T& item = front();
    static_cast<list_hook&>(item).unlink();
    return &item;
  }

  /// Moves all items of `other` behind its own.
  void splice(list& other) noexcept {
    if (other.empty()) return;
    other.head_.next_->prev_ = head_.prev_;
    head_.prev_->next_ = other.head_.next_;
    head_.prev_ = other.head_.prev_;
    head_.prev_->next_ = &head_;
    other.head_.prev_ = other.head_.next_ = &other.head_;
  }

  template <class F>
  void for_each(F&& f) const {
    for (list_hook* i = head_.next_; i != &head_;) {
      list_hook* following = i->next_;  // f may unlink the item
      f(static_cast<T&>(*i));
      i = following;
    }
  }

 private:
  list_hook head_;
};

}  // namespace green::core
