@echo off
rem Installs Shorewise for the current user: no administrator rights, no network.
rem Install.cmd /quiet does not wait for a key at the end.
setlocal
set "PYTHON=%~dp0python\python.exe"
if exist "%PYTHON%" goto run
echo Please unzip the package first: right-click the zip file, choose Extract All,
echo and start Install.cmd in the folder that this makes.
set CODE=2
goto end
:run
"%PYTHON%" -B "%~dp0python\Lib\site-packages\shorewise\udfs\hosts\desktop.py" install
set CODE=%ERRORLEVEL%
:end
if /i not "%~1"=="/quiet" pause
exit /b %CODE%
