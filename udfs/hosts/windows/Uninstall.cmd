@echo off
rem Removes Shorewise of the current user: what Install.cmd wrote, and nothing else.
rem Uninstall.cmd /quiet does not wait for a key at the end.
setlocal
set "HOME=%~dp0."
for %%p in ("%~dp0..") do set "PARENT=%%~fp"
set "PYTHON=%~dp0python\python.exe"
if exist "%PYTHON%" goto run
echo Please start the Uninstall.cmd of the installed folder, or of the unzipped package.
set CODE=2
goto end
:run
cd /d "%TEMP%"
"%PYTHON%" -B "%~dp0python\Lib\site-packages\shorewise\udfs\hosts\desktop.py" uninstall
set CODE=%ERRORLEVEL%
:end
if /i not "%~1"=="/quiet" pause
if not exist "%~dp0remaining.txt" exit /b %CODE%
rem The Python that ran the removal could not remove itself. A block is read at once, so that this
rem file can be deleted by its own last line.
(
    for /f "usebackq delims=" %%f in ("%~dp0remaining.txt") do del /f /q "%~dp0%%f"
    del /f /q "%~dp0remaining.txt"
    rd "%~dp0python" 2>nul
    del /f /q "%~f0" & rd "%HOME%" 2>nul & rd "%PARENT%" 2>nul & exit /b %CODE%
)
