@echo off
rem The command line: shorewise --help
"%~dp0python\python.exe" -m shorewise %*
