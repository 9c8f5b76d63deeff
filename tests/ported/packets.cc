// SPDX-License-Identifier: MIT
// Headers of packets, taken apart, and the machine's interfaces.
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <endian.h>
#include <ifaddrs.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/ether.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <netpacket/packet.h>
#include <resolv.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

static int port_of(const unsigned char* packet, size_t size) {
  if (size < sizeof(ether_header) + sizeof(ip) + sizeof(udphdr)) return -1;
  ether_header frame;
  memcpy(&frame, packet, sizeof frame);
  if (ntohs(frame.ether_type) != ETHERTYPE_IP) return -1;
  udphdr udp;
  memcpy(&udp, packet + sizeof frame + sizeof(ip), sizeof udp);
  return ntohs(udp.uh_dport);
}

int main() {
  const int all = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
  unsigned char packet[2000];
  const ssize_t size = recv(all, packet, sizeof packet, 0);
  if (size > 0) printf("%d\n", port_of(packet, size_t(size)));
  ifaddrs* interfaces = nullptr;
  if (getifaddrs(&interfaces) != 0) return 1;
  for (const ifaddrs* i = interfaces; i != nullptr; i = i->ifa_next)
    printf("%s %u\n", i->ifa_name, if_nametoindex(i->ifa_name));
  freeifaddrs(interfaces);
  sockaddr_un local = {AF_UNIX, "/run/x"};
  return local.sun_path[0] == '/' && htobe16(1) != 0 ? NOERROR : ICMP_ECHO;
}
