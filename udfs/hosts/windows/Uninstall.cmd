@echo off
rem Removes Shorewise of the current user: what Install.cmd wrote, and nothing else.
rem Uninstall.cmd /quiet does not wait for a key at the end.
setlocal
for %%p in ("%~dp0.") do set "FOLDER=%%~fp"
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
rem file can delete itself; its folders are removed a second later, when nothing uses them.
(
    for /f "usebackq delims=" %%f in ("%~dp0remaining.txt") do del /f /q "%~dp0%%f"
    del /f /q "%~dp0remaining.txt"
    rd "%~dp0python" 2>nul
    start "" /b cmd /d /c "ping -n 2 127.0.0.1 >nul & rd "%FOLDER%" & rd "%PARENT%" & exit" >nul 2>&1
    del /f /q "%~f0" & exit /b %CODE%
)
