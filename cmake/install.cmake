# Where a package would put everything. With the prefix /usr the units, rigs and pipelines lie where the programs look.
foreach(program tarsier tarsierd)
  if(TARGET ${program})
    install(TARGETS ${program} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  endif()
endforeach()

set(data ${CMAKE_INSTALL_DATADIR}/tarsier)
# The demonstration's rig names a recording of the source tree.
install(DIRECTORY pipelines firmware-config/rigs DESTINATION ${data} FILES_MATCHING PATTERN "*.json"
        PATTERN demo.json EXCLUDE)
install(DIRECTORY firmware-config/boot DESTINATION ${data})
install(FILES firmware-config/schema.json DESTINATION ${data} OPTIONAL)
# Not in /etc/avahi: only who lets the control server be reached from the network should announce it there.
install(FILES systemd/avahi/tarsier.service DESTINATION ${data}/avahi)

# These three are read from lib also where libraries lie in lib/<architecture>.
install(FILES systemd/tarsierd.service DESTINATION lib/systemd/system)
install(FILES systemd/sysusers.d/tarsier.conf DESTINATION lib/sysusers.d)
install(FILES systemd/tmpfiles.d/tarsier.conf DESTINATION lib/tmpfiles.d)

install(FILES README.md CONTRIBUTING.md LICENSE src/store/FORMAT.md src/store/JOURNAL.md DESTINATION ${CMAKE_INSTALL_DOCDIR} OPTIONAL)
