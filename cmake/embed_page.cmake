# Writes OUTPUT, a C++ source with the report's template, style and scripts from FOLDER as texts. SCRIPTS are names in
# their order, with commas between.
set(scripts "")
string(REPLACE "," ";" names "${SCRIPTS}")
foreach(name ${names})
  file(READ ${FOLDER}/${name} text)
  string(APPEND scripts "${text}")
endforeach()
file(READ ${FOLDER}/page.html page)
file(READ ${FOLDER}/page.css style)

# A compiler takes no more than 64 KiB in one literal for granted.
function(literal text variable)
  string(LENGTH "${text}" length)
  set(literals "")
  set(at 0)
  while(at LESS length)
    string(SUBSTRING "${text}" ${at} 8000 piece)
    string(APPEND literals "R\"TARSIER(${piece})TARSIER\"\n")
    math(EXPR at "${at} + 8000")
  endwhile()
  set(${variable} "${literals}" PARENT_SCOPE)
endfunction()
literal("${page}" page)
literal("${style}" style)
literal("${scripts}" scripts)

file(WRITE ${OUTPUT} "#include \"report/assets.hpp\"

namespace tarsier {

std::string_view page_template() { return ${page}; }
std::string_view page_style() { return ${style}; }
std::string_view page_script() { return ${scripts}; }

}  // namespace tarsier
")
