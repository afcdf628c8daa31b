// For programs with GStreamer in them: GLib's code keeps no frame pointers, so that only the slow unwinder finds the
// names by which lsan.supp tells what GLib keeps for the life of the process from what we forgot.
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() { return "fast_unwind_on_malloc=0"; }
