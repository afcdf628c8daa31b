#include "client/discovery.hpp"

#include <avahi-client/client.h>
#include <avahi-client/lookup.h>
#include <avahi-common/address.h>
#include <avahi-common/error.h>
#include <avahi-common/malloc.h>
#include <avahi-common/simple-watch.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <tuple>

#include "base/harmless_text.hpp"

namespace tarsier {
namespace {

using Poll = std::unique_ptr<AvahiSimplePoll, decltype(&avahi_simple_poll_free)>;
// Owns its browsers and resolvers too.
using Client = std::unique_ptr<AvahiClient, decltype(&avahi_client_free)>;

// One search. Avahi calls back only from within its loop, in the caller's thread.
struct Search {
  AvahiSimplePoll* poll = nullptr;
  std::vector<FoundDevice> found;
  int error = AVAHI_OK;

  void end(int why) {
    error = why;
    avahi_simple_poll_quit(poll);
  }
};

bool says_no_tls(AvahiStringList* texts) {
  char* value = nullptr;
  AvahiStringList* const entry = avahi_string_list_find(texts, "tls");
  if (entry == nullptr || avahi_string_list_get_pair(entry, nullptr, &value, nullptr) != 0) return false;
  const bool no = value != nullptr && std::string_view(value) == "no";
  avahi_free(value);
  return no;
}

void resolved(AvahiServiceResolver* resolver, AvahiIfIndex, AvahiProtocol, AvahiResolverEvent event, const char* name,
              const char*, const char*, const char* host, const AvahiAddress* address, std::uint16_t port,
              AvahiStringList* texts, AvahiLookupResultFlags, void* search) {
  if (event == AVAHI_RESOLVER_FOUND) {
    std::array<char, AVAHI_ADDRESS_STR_MAX> text{};
    avahi_address_snprint(text.data(), text.size(), address);
    static_cast<Search*>(search)->found.push_back(
        {harmless_text(name), harmless_text(host), text.data(), port, !says_no_tls(texts)});
  }
  avahi_service_resolver_free(resolver);
}

void browsed(AvahiServiceBrowser* browser, AvahiIfIndex interface, AvahiProtocol protocol, AvahiBrowserEvent event,
             const char* name, const char* type, const char* domain, AvahiLookupResultFlags, void* search) {
  AvahiClient* const client = avahi_service_browser_get_client(browser);
  if (event == AVAHI_BROWSER_FAILURE) return static_cast<Search*>(search)->end(avahi_client_errno(client));
  if (event != AVAHI_BROWSER_NEW) return;
  // One that can't be resolved is none that can be reached.
  avahi_service_resolver_new(client, interface, protocol, name, type, domain, AVAHI_PROTO_UNSPEC,
                             static_cast<AvahiLookupFlags>(0), &resolved, search);
}

void state_changed(AvahiClient* client, AvahiClientState state, void* search) {
  if (state == AVAHI_CLIENT_FAILURE) static_cast<Search*>(search)->end(avahi_client_errno(client));
}

Error avahi_error(int code) {
  return {
      fmt::format("cannot search the local network: {}; the Avahi daemon must run on this machine (`systemctl start "
                  "avahi-daemon`); a device whose address is known needs no search: name it with --at",
                  avahi_strerror(code))};
}

int milliseconds_until(std::chrono::steady_clock::time_point end) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
  return static_cast<int>(std::max<std::int64_t>(left.count(), 0));
}

}  // namespace

Result<std::vector<FoundDevice>> discover(std::chrono::milliseconds wait) {
  Search search;
  const Poll poll(avahi_simple_poll_new(), &avahi_simple_poll_free);
  if (!poll) return unexpected(avahi_error(AVAHI_ERR_NO_MEMORY));
  search.poll = poll.get();
  int error = AVAHI_OK;
  const Client client(avahi_client_new(avahi_simple_poll_get(poll.get()), static_cast<AvahiClientFlags>(0),
                                       &state_changed, &search, &error),
                      &avahi_client_free);
  if (!client) return unexpected(avahi_error(error));
  if (avahi_service_browser_new(client.get(), AVAHI_IF_UNSPEC, AVAHI_PROTO_UNSPEC, "_tarsier._tcp", nullptr,
                                static_cast<AvahiLookupFlags>(0), &browsed, &search) == nullptr)
    return unexpected(avahi_error(avahi_client_errno(client.get())));
  const auto end = std::chrono::steady_clock::now() + wait;
  while (std::chrono::steady_clock::now() < end && search.error == AVAHI_OK)
    if (avahi_simple_poll_iterate(poll.get(), milliseconds_until(end)) != 0) break;
  if (search.error != AVAHI_OK) return unexpected(avahi_error(search.error));
  return one_for_each(std::move(search.found));
}

std::vector<FoundDevice> one_for_each(std::vector<FoundDevice> found) {
  const auto rank = [](const FoundDevice& device) {
    if (device.address.find(':') == std::string::npos) return device.address.starts_with("127.") ? 1 : 0;
    return device.address.starts_with("fe80:") ? 3 : 2;
  };
  const auto place = [&](const FoundDevice& device) {
    return std::tuple(device.name, device.port, rank(device), device.address);
  };
  std::sort(found.begin(), found.end(), [&](const auto& a, const auto& b) { return place(a) < place(b); });
  const auto same = [](const FoundDevice& a, const FoundDevice& b) { return a.name == b.name && a.port == b.port; };
  found.erase(std::unique(found.begin(), found.end(), same), found.end());
  return found;
}

}  // namespace tarsier
