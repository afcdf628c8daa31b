// The subcommands. Each adds its options to the command line; when it is the one that was called, `job` becomes the
// work to do, which returns the exit code.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace tarsier {

using Job = std::function<int()>;

void add_run_command(CLI::App& application, Job& job);
void add_reduce_command(CLI::App& application, Job& job);
void add_plan_command(CLI::App& application, Job& job);
void add_check_command(CLI::App& application, Job& job);
void add_calibrate_command(CLI::App& application, Job& job);
void add_schema_command(CLI::App& application, Job& job);
void add_bench_command(CLI::App& application, Job& job);
void add_verify_command(CLI::App& application, Job& job);
void add_merge_command(CLI::App& application, Job& job);
void add_export_command(CLI::App& application, Job& job);
void add_recover_command(CLI::App& application, Job& job);
void add_report_command(CLI::App& application, Job& job);
void add_status_command(CLI::App& application, Job& job);
void add_watch_command(CLI::App& application, Job& job);
void add_discover_command(CLI::App& application, Job& job);
void add_config_command(CLI::App& application, Job& job);
// start, stop, rotate, mark.
void add_steering_commands(CLI::App& application, Job& job);
void add_pull_command(CLI::App& application, Job& job);
void add_token_command(CLI::App& application, Job& job);
void add_cert_command(CLI::App& application, Job& job);

}  // namespace tarsier
