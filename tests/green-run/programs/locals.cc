// SPDX-License-Identifier: MIT
// A thread gives the address of its thread-local to another one, which writes
// there. It prints the value that the first one finds.
#include <pthread.h>
#include <semaphore.h>

#include <cstdio>

namespace {

__thread int value = 1;
sem_t given, written;
int* place = nullptr;

void* give(void*) {
  place = &value;
  ::sem_post(&given);
  ::sem_wait(&written);
  std::printf("found %d\n", value);
  return nullptr;
}

void* write_there(void*) {
  ::sem_wait(&given);
  *place = 2;
  ::sem_post(&written);
  return nullptr;
}

}  // namespace

int main() {
  ::sem_init(&given, 0, 0);
  ::sem_init(&written, 0, 0);
  pthread_t one, two;
  ::pthread_create(&one, nullptr, give, nullptr);
  ::pthread_create(&two, nullptr, write_there, nullptr);
  ::pthread_join(one, nullptr);
  ::pthread_join(two, nullptr);
}
