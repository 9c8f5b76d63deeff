// SPDX-License-Identifier: MIT
// One thread stays, and others come and go. It prints how many of them ran
// beside the one that stays, on the same thread of the system.
#include <semaphore.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <thread>

int main() {
  sem_t begun, end;
  ::sem_init(&begun, 0, 0);
  ::sem_init(&end, 0, 0);
  long stays_on = 0;
  std::thread stays([&] {
    stays_on = ::syscall(SYS_gettid);
    ::sem_post(&begun);
    ::sem_wait(&end);
  });
  ::sem_wait(&begun);
  int beside = 0;
  for (int i = 0; i < 12; ++i) {
    std::thread([&] {
      if (::syscall(SYS_gettid) == stays_on) ++beside;
    }).join();
  }
  ::sem_post(&end);
  stays.join();
  std::printf("beside %d\n", beside);
}
