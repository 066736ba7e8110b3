# find_package(ffi_core) gives the targets ffi_core::ffi_core (shared) and ffi_core::static. Finds its prefix from its own
# place, <prefix>/share/cmake/ffi_core, so that an installed tree may be moved.
get_filename_component(_ffi_core_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
set(_ffi_core_places lib lib64 "lib/${CMAKE_LIBRARY_ARCHITECTURE}" bin)
set(_ffi_core_include "${_ffi_core_prefix}/include/ffi_core")

find_library(_ffi_core_shared NAMES ffi_core ffi_core.dll NO_CACHE NO_DEFAULT_PATH
             PATHS "${_ffi_core_prefix}" PATH_SUFFIXES ${_ffi_core_places})
# By its whole name: beside a shared library, a search for the bare name finds that one.
find_library(_ffi_core_static NAMES libffi_core.a ffi_core.lib NO_CACHE NO_DEFAULT_PATH
             PATHS "${_ffi_core_prefix}" PATH_SUFFIXES ${_ffi_core_places})

if(_ffi_core_shared AND NOT _ffi_core_shared MATCHES "\\.a$" AND NOT TARGET ffi_core::ffi_core)
  # An import by its file alone: CMake links its soname and sets the rpath of a build tree to its folder.
  add_library(ffi_core::ffi_core UNKNOWN IMPORTED)
  set_target_properties(ffi_core::ffi_core PROPERTIES
    IMPORTED_LOCATION "${_ffi_core_shared}" INTERFACE_INCLUDE_DIRECTORIES "${_ffi_core_include}")
endif()
if(_ffi_core_static AND NOT TARGET ffi_core::static)
  find_package(Threads REQUIRED)
  add_library(ffi_core::static STATIC IMPORTED)
  set_target_properties(ffi_core::static PROPERTIES
    IMPORTED_LOCATION "${_ffi_core_static}" INTERFACE_INCLUDE_DIRECTORIES "${_ffi_core_include}")
  if(UNIX)
    set_target_properties(ffi_core::static PROPERTIES INTERFACE_LINK_LIBRARIES "Threads::Threads;${CMAKE_DL_LIBS};m")
  endif()
endif()

if(NOT EXISTS "${_ffi_core_include}/ffi.h")
  set(ffi_core_NOT_FOUND_MESSAGE "no ffi.h in ${_ffi_core_include}")
  set(ffi_core_FOUND FALSE)
elseif(NOT TARGET ffi_core::ffi_core AND NOT TARGET ffi_core::static)
  set(ffi_core_NOT_FOUND_MESSAGE "no library ffi_core below ${_ffi_core_prefix}")
  set(ffi_core_FOUND FALSE)
endif()
