# For boards with a Cortex-A72 (Raspberry Pi 4: no crypto extensions) and later ones, with Debian's cross compiler and
# its arm64 libraries. `./dev cross arm64` installs both.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_C_FLAGS_INIT -mcpu=cortex-a72)
set(CMAKE_CXX_FLAGS_INIT -mcpu=cortex-a72)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64-static -cpu cortex-a72)

# arm64 libraries lie beside those of this machine, in folders of their own.
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
set(CMAKE_IGNORE_PREFIX_PATH /usr/local)
set(ENV{PKG_CONFIG_LIBDIR} /usr/lib/aarch64-linux-gnu/pkgconfig:/usr/share/pkgconfig)
