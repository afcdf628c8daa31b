// `tarsier token new` and `tarsier cert new`: what a device needs to serve other machines.
#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/file_operations.hpp"
#include "base/unique_fd.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "config/rig_json.hpp"
#include "control/certificate.hpp"
#include "control/tokens.hpp"

namespace tarsier {
namespace {

struct TokenArguments {
  std::filesystem::path file;
  std::string role = "read";
  std::string name = "client";
};

// Appends to a file, which is made for its owner alone.
Result<void> append(const std::filesystem::path& path, const std::string& text, int more_flags) {
  FileOperations& files = system_files();
  const UniqueFd fd(files.open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | more_flags, 0600));
  if (!fd) return unexpected(file_error(path, "open", errno));
  struct stat info {};
  if (files.fstat(fd.get(), &info) != 0) return unexpected(file_error(path, "examine", errno));
  const auto end = static_cast<std::uint64_t>(info.st_size);
  if (auto written = write_all(files, fd.get(), std::as_bytes(std::span(text)), end, path); !written) return written;
  return files.fsync(fd.get()) == 0 ? Result<void>{} : unexpected(file_error(path, "sync", errno));
}

int new_token_line(const TokenArguments& arguments) {
  const auto made = new_token(arguments.role == "control" ? Role::control : Role::read, arguments.name);
  if (!made) return report(made.error());
  if (auto added = append(arguments.file, made->line, 0); !added) return report(added.error());
  fmt::print("{}\n", made->token);
  fmt::print(stderr, "this is the only time that it is shown; {} holds its hash\n", arguments.file.string());
  return exit_done;
}

int new_pair(const std::filesystem::path& folder, std::vector<std::string> names) {
  for (const std::string& name : {host_name(), std::string("localhost"), std::string("127.0.0.1"), std::string("::1")})
    names.push_back(name);
  const auto made = new_certificate(names);
  if (!made) return report(made.error());
  // An existing pair is never overwritten: clients have pinned it.
  const auto key = append(folder / "key.pem", made->private_key, O_EXCL);
  if (!key) return report(key.error());
  const auto certificate = append(folder / "certificate.pem", made->certificate, O_EXCL);
  if (!certificate) return report(certificate.error());
  fmt::print("sha256:{}\n", made->fingerprint);
  fmt::print(stderr, "made {} and {}; the fingerprint is for clients to pin\n", (folder / "certificate.pem").string(),
             (folder / "key.pem").string());
  return exit_done;
}

}  // namespace

void add_token_command(CLI::App& application, Job& job) {
  const auto arguments = std::make_shared<TokenArguments>();
  auto* command = application.add_subcommand("token", "Let clients of other machines in");
  command->require_subcommand(1);
  auto* make = command->add_subcommand("new", "Add a token to a file (control.token_file) and print it");
  make->add_option("FILE", arguments->file, "The file; made when it is missing")->required();
  make->add_option("--role", arguments->role, "What it allows")
      ->check(CLI::IsMember({"read", "control"}))
      ->capture_default_str();
  make->add_option("--name", arguments->name, "Whose it is")->capture_default_str();
  make->footer("Example:\n  tarsier token new --role control --name desk tokens");
  make->callback([arguments, &job] { job = [arguments] { return new_token_line(*arguments); }; });
}

void add_cert_command(CLI::App& application, Job& job) {
  struct Arguments {
    std::filesystem::path folder = ".";
    std::vector<std::string> names;
  };
  const auto arguments = std::make_shared<Arguments>();
  auto* command = application.add_subcommand("cert", "Make a certificate for TLS");
  command->require_subcommand(1);
  auto* make = command->add_subcommand("new", "Make certificate.pem and key.pem, signed by themselves");
  make->add_option("DIR", arguments->folder, "Where")->check(CLI::ExistingDirectory)->capture_default_str();
  make->add_option("--for", arguments->names, "Further names and addresses by which clients call this device");
  make->footer("Example:\n  tarsier cert new . --for pi-left.local --for 10.0.0.7");
  make->callback([arguments, &job] { job = [arguments] { return new_pair(arguments->folder, arguments->names); }; });
}

}  // namespace tarsier
