// Settings of the C library's heap that keep resident memory from creeping over weeks.
#pragma once

namespace tarsier {

// First thing in main, before any thread. Two heap arenas instead of eight a core, and fixed thresholds: otherwise each
// freed frame buffer raises the size below which memory stays in the heap, and the heap fragments.
void settle_heap();

// After work that took much and is over, a seal for example: free pages go back to the system. Any thread; a few
// milliseconds.
void trim_heap();

}  // namespace tarsier
